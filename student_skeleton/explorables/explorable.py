"""What all explorables are: settings come from the page, an answer goes back, and a picture stands in without a kernel.

The page writes `settings`, with a number that counts its questions, and asks the next one when the answer to the last
one is there; so a fast hand never piles up work for a slow kernel.
"""

import base64
import contextlib
import io
import signal
import threading
import time

import anywidget
import traitlets

from explorables.page_sources import script, style


class Explorable(anywidget.AnyWidget):
    """Base of the explorables; a subclass says which page it has, what its settings are, and how it answers them."""

    page = ""
    """Name of the page's first file."""

    settings = traitlets.Dict().tag(sync=True)
    answer = traitlets.Dict().tag(sync=True)

    def __init__(self, settings):
        self._esm = script(self.page)
        self._css = style()
        super().__init__()
        self._slow, self._slow_of = {}, None
        self.settings = settings
        self._answer_now()
        self.observe(lambda _: _on_main_thread(self._answer_now), "settings")

    def respond(self, settings):
        """The answer to settings, a dict of plain data, bytes for arrays."""
        raise NotImplementedError

    def known_slow(self, *modules):
        """What did not come to an end; forgotten when a module was saved or the student asks to run it again."""
        key = (self.settings.get("again"), [module.version for module in modules])
        if key != self._slow_of:
            self._slow, self._slow_of = {}, key
        return self._slow

    def draw(self):
        """A matplotlib figure of what the page shows, for places without a kernel."""
        raise NotImplementedError

    def _answer_now(self):
        begun = time.perf_counter()
        settings = dict(self.settings)
        with _interruptible():
            answer = self.respond(settings)
        taken = 1000 * (time.perf_counter() - begun)
        self.answer = {**answer, "number": settings.get("number", 0), "milliseconds": taken}

    def _repr_mimebundle_(self, **kwargs):
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is None:
            return None
        data, metadata = bundle
        data["text/plain"] = f"{type(self).__name__}: run this cell to play"
        with contextlib.suppress(ImportError):
            still = self._still()
            if not _displayed(still):
                data["image/png"] = still["image/png"]
        return data, metadata

    def _still(self):
        """The picture as MIME types; needs matplotlib."""
        figure = self.draw()
        file = io.BytesIO()
        figure.savefig(file, format="png", dpi=100)
        picture = base64.b64encode(file.getvalue()).decode()
        about = f"{type(self).__name__}: a still picture; run this cell to play"
        html = f'<img class="explorable-still" alt="{about}" src="data:image/png;base64,{picture}">'
        return {"text/html": html, "image/png": picture, "text/plain": about}


def _displayed(still):
    """Whether a notebook took the picture as an output of its own; the style sheet of a live page hides it.

    Beside the widget in one output it would never be seen: what makes HTML of a notebook prefers the widget, and shows
    nothing where no kernel and no network are.
    """
    try:
        from IPython import get_ipython
        from IPython.display import display
    except ImportError:
        return False
    if not hasattr(get_ipython(), "kernel"):
        return False
    display(still, raw=True)
    return True


def _on_main_thread(work):
    """Do it where cells run: there a student can interrupt it, and it never runs while a cell does.

    Newer kernels hear the page in a thread of their own.
    """
    if threading.current_thread() is threading.main_thread():
        work()
        return
    try:
        from IPython import get_ipython

        loop = get_ipython().kernel.io_loop
    except (ImportError, AttributeError):
        work()
    else:
        loop.add_callback(work)


@contextlib.contextmanager
def _interruptible():
    """Jupyter ignores its own interrupts between cells, where pages are answered."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
