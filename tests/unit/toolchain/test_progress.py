import io

from rich.console import Console

from toolchain.progress import Step, on_console


def test_outside_a_terminal_a_step_is_one_line_however_often_it_reports() -> None:
    out = io.StringIO()
    with on_console(Console(file=out, force_terminal=False)) as progress:
        progress(Step("building"))
        progress(Step("building", elapsed_s=1))
        progress(Step("unpacking", elapsed_s=75, fraction=0.5))
    assert out.getvalue() == "building\nunpacking 50% (1:15)\n"


def test_brackets_in_a_step_are_printed_as_they_are() -> None:
    out = io.StringIO()
    with on_console(Console(file=out, force_terminal=False)) as progress:
        progress(Step("from /a[b]/c"))
    assert out.getvalue() == "from /a[b]/c\n"
