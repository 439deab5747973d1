import time


def test_try(visit):
    t = time.time()
    v = visit("bestuur")
    print(time.time() - t, v.heading)
    print(v.text()[:3000])
    t = time.time()
    from tests.browser import stage

    stage.put_back()
    print("put", time.time() - t)
    print(v.requests)
