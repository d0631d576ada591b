

def test_keys_that_do_not_fit_are_said_as_such_and_nothing_is_changed(monkeypatch, tmp_path) -> None:
    def refuse(*_words: str, **_options: object) -> None:
        raise KeysDoNotFit("put the secrets.json of the backup back")

    monkeypatch.setattr("mutualaid.standalone.upgrade.call_command", refuse)
    with pytest.raises(KeysDoNotFit, match="secrets"):
        upgrade()
