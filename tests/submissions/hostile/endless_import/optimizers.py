"""Never finishes its import."""

while True:
    try:
        while True:
            pass
    except BaseException:
        pass
