"""Never comes back from a call, whatever is raised in it."""


def __getattr__(name):
    def loop(*arguments, **keywords):
        while True:
            try:
                while True:
                    pass
            except BaseException:
                pass

    return loop
