"""hosts.yaml: which rule holds for a host, and how a mistake in the file is told."""

from pathlib import Path

import pytest

from crawler.errors import ExitCode, SettingError
from crawler.frontier.host_rule import HostRule
from crawler.frontier.host_rules import HostRules

FILE = """
# What the operator knows better.
"*":                 {delay: 9, slots: 1}
'*.example.org':
  delay: 5
  robots: ignore
'*.news.example.org': {delay: 4}
news.example.org:
  slots: 3
  block: asked us to stop
news.example.org:8080:
  delay: 0.25
  block: false
'*.example.org:81': {slots: 8}
'/^img[0-9]+[.]example[.]net$/': {scope: out}
/net$/: {scope: in, delay: 2}
203.0.113.7: {block: true}
'[2001:db8::1]:8080': {slots: 2}
bücher.example: {slots: 7}
"""


@pytest.fixture(scope="module")
def rules() -> HostRules:
    return HostRules.parse(FILE, "hosts.yaml")


@pytest.mark.parametrize(
    ("host", "rule"),
    [
        ("other.com", HostRule(delay=9, slots=1)),
        ("example.org", HostRule(delay=9, slots=1)),
        ("a.example.org", HostRule(delay=5, slots=1, robots=False)),
        ("a.example.org:81", HostRule(delay=5, slots=8, robots=False)),
        ("a.news.example.org", HostRule(delay=4, slots=1, robots=False)),
        ("news.example.org", HostRule(delay=5, slots=3, robots=False, block="asked us to stop")),
        ("news.example.org:9", HostRule(delay=5, slots=3, robots=False, block="asked us to stop")),
        ("news.example.org:8080", HostRule(delay=0.25, slots=3, robots=False, block="")),
        ("img7.example.net", HostRule(delay=2, slots=1, scope=False)),
        ("www.example.net", HostRule(delay=2, slots=1, scope=True)),
        ("203.0.113.7", HostRule(delay=9, slots=1, block="hosts.yaml blocks it")),
        ("[2001:db8::1]:8080", HostRule(delay=9, slots=2)),
        ("xn--bcher-kva.example", HostRule(delay=9, slots=7)),
    ],
)
def test_each_word_comes_from_the_most_exact_name(rules, host, rule):
    assert rules.of(host) == rule
    assert rules.of(host) is rules.of(host)
    assert rule.blocks is bool(rule.block)


@pytest.mark.parametrize("text", ["", "# nothing\n", "null", "{}"])
def test_a_file_without_rules_rules_nothing(text):
    rules = HostRules.parse(text, "hosts.yaml")
    assert not rules
    assert rules.of("a.example:8080") == HostRule()


@pytest.mark.parametrize(
    ("text", "line", "column", "said"),
    [
        ("a.org:\n  dealy: 5\n", 2, 3, "'dealy' is no word of a rule, perhaps 'delay'"),
        ("a.org:\n  tempo: 5\n", 2, 3, "the words are delay, slots, robots, scope, block"),
        ("a.org:\n  delay: 5s\n", 2, 10, "write seconds, a number from 0 to 3600"),
        ("a.org: {delay: -1}\n", 1, 16, "write seconds"),
        ("a.org: {delay: nan}\n", 1, 16, "write seconds"),
        ("a.org: {delay: 3601}\n", 1, 16, "write seconds"),
        ("a.org: {delay: 10:30}\n", 1, 16, "write seconds"),
        ("a.org: {slots: 0}\n", 1, 16, "a whole number from 1 to 1000"),
        ("a.org: {slots: 1.5}\n", 1, 16, "a whole number"),
        ("a.org: {robots: no}\n", 1, 17, "write obey or ignore"),
        ("a.org: {robots: ingore}\n", 1, 17, "perhaps 'ignore'"),
        ("a.org: {scope: inn}\n", 1, 16, "write in or out, perhaps 'in'"),
        ("a.org:\n  block:\n", 2, 9, "block has no value of its own"),
        ("a.org:\n  delay: [1]\n", 2, 10, "delay has no value of its own"),
        ("a.org: {delay: 1, delay: 2}\n", 1, 19, "'delay' stands in line 1 already"),
        ("a.org: {delay: 1}\nA.ORG: {delay: 2}\n", 2, 1, "'a.org' stands in line 1 already"),
        ("- a.org\n", 1, 1, "write hosts, each with the words"),
        ("a.org: 5\n", 1, 8, "write words below the host: delay, slots"),
        ("a.org:\n", 1, 7, "write words below the host"),
        ("? [a]\n: {delay: 1}\n", 1, 3, "write hosts"),
        ("http://a.org/: {delay: 1}\n", 1, 1, "names no host: write host, host:port"),
        (".a.org: {delay: 1}\n", 1, 1, "write \\*.a.org for the hosts below it"),
        ("a b: {delay: 1}\n", 1, 1, "names no host"),
        ("/(/: {delay: 1}\n", 1, 1, "names no host"),
        ("/(a+)+$/: {delay: 1}\n", 1, 1, "can take for ever"),
        ("a.org: {delay: 1\nb.org: x\n", 2, 6, "expected"),
        ("a.org: {delay: 1}\n*.b.org: {delay: 1}\n", 2, 2, "quotes: '\\*.example.org'"),
        ('"/\\d/": {delay: 1}\n', 1, 4, "single quotes"),
        ("a.org: {delay: 1}\n---\nb.org: {delay: 1}\n", 2, 1, "found another document"),
        ("a.org:\n\tdelay: 1\n", 2, 1, "cannot start any token"),
        ("a.org: {delay: 1}\nb: \x07\n", 2, 4, "a character that YAML forbids"),
    ],
)
def test_a_mistake_is_told_with_its_place_and_what_may_be_meant(text, line, column, said):
    with pytest.raises(SettingError, match=said) as raised:
        HostRules.parse(text, "my/hosts.yaml")
    assert str(raised.value).startswith(f"my/hosts.yaml, line {line}, column {column}: ")
    assert "\n" not in str(raised.value)
    assert raised.value.exit_code is ExitCode.INVALID


def test_a_file_that_can_not_be_read_is_one_clear_error(tmp_path):
    assert not HostRules.read(tmp_path / "absent.yaml")
    with pytest.raises(SettingError, match="cannot read"):
        HostRules.read(tmp_path)
    (tmp_path / "hosts.yaml").write_bytes(b"a.org: {block: \xff}")
    with pytest.raises(SettingError, match="no text in UTF-8"):
        HostRules.read(tmp_path / "hosts.yaml")
    (tmp_path / "hosts.yaml").write_bytes(b"\xef\xbb\xbfa.org: {block: yes}")
    assert HostRules.read(tmp_path / "hosts.yaml").of("a.org").block == "yes"


def test_the_example_of_the_documentation_says_what_it_means():
    text = (Path(__file__).parents[2] / "docs" / "politeness.md").read_text()
    rules = HostRules.parse(text.partition("```yaml\n")[2].partition("```")[0], "hosts.yaml")
    assert len(rules.by_name) == 6
    assert rules.of("www.example.org") == HostRule(delay=1.5, slots=2)
    assert rules.of("example.org:8080") == HostRule(delay=5, robots=False)
    assert rules.of("img1.cdn.example").scope is False
    assert rules.of("old.example.net").block == "they asked us to stop"


def test_what_a_new_file_changes_is_said_by_name():
    old = HostRules.parse("a.org: {delay: 1}\nb.org: {delay: 1}\nc.org: {delay: 1}", "x")
    new = HostRules.parse("a.org: {delay: 1}\nb.org: {delay: 2}\n'*': {delay: 1}", "x")
    assert new.changes(old) == "b.org is changed, c.org is gone, * is new"
    assert old.changes(old) == ""


def test_an_alias_is_a_rule_as_any_other():
    rules = HostRules.parse("a.org: &slow {delay: 8}\nb.org: *slow\n", "x")
    assert rules.of("b.org").delay == 8
