import socket

import pytest

from patron_update.embedded import ports
from patron_update.errors import SettingsError


@pytest.fixture
def taken():
    with socket.socket() as listener:
        listener.bind((ports.HOST, 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_free_port_is_taken_as_wanted(taken):
    with socket.socket() as probe:
        probe.bind((ports.HOST, 0))
        free = probe.getsockname()[1]

    assert ports.free_port(free) == free


def test_instead_of_a_taken_port_the_next_free_one_is_given(taken):
    assert taken < ports.free_port(taken) < taken + ports.TRIES


def test_when_no_port_is_free_the_error_names_the_variable_to_set(taken, monkeypatch):
    monkeypatch.setattr(ports, "TRIES", 1)

    with pytest.raises(SettingsError, match="PATRON_UPDATE_PORT"):
        ports.free_port(taken)
