"""Where to ask beyond England, as data that says what was verified."""

from cme.tracing.nations import read_routes


def test_every_route_says_what_to_do_and_where_the_file_goes() -> None:
    routes = {each.code: each for each in read_routes()}
    assert list(routes) == [
        "wales",
        "scotland",
        "northern-ireland",
        "crown-dependencies",
        "abroad",
        "service-families",
    ]
    for route in routes.values():
        assert route.asks, route.code
        assert route.ctf, route.code
        assert all(fact.source and fact.as_of for fact in (*route.asks, *route.ctf)), route.code
        assert not any(fact.text.endswith(".") for fact in (*route.asks, *route.ctf)), route.code


def test_what_nobody_publishes_is_not_called_verified() -> None:
    routes = {each.code: each for each in read_routes()}
    assert all(fact.is_verified for fact in routes["scotland"].asks)
    assert not routes["northern-ireland"].asks[0].is_verified
    assert not any(fact.is_verified for fact in routes["wales"].ctf)


def test_the_place_outside_is_written_as_the_file_name_has_it() -> None:
    outside = [each.code for each in read_routes() if "MMMMMMM" in " ".join(f.text for f in each.ctf)]
    assert outside == ["scotland", "northern-ireland", "crown-dependencies", "abroad", "service-families"]
