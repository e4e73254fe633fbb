"""What the engine is doing, a line a resource."""

import time

from pulumi.automation.events import EngineEvent, OpType
from rich.console import Console
from rich.status import Status

_DONE = {
    OpType.CREATE: "created",
    OpType.CREATE_REPLACEMENT: "replaced",
    OpType.UPDATE: "updated",
    OpType.DELETE: "removed",
    OpType.READ: "read",
}


class Progress:
    """Listens to the engine's events; also collects its complaints, each once."""

    def __init__(self, console: Console, title: str) -> None:
        """Lines go to ``console``; on a terminal a status line shows what is under way."""
        self.errors: list[str] = []
        self.notes: list[str] = []
        self.changes: dict[str, int] = {}
        self._console = console
        self._title = title
        self._started: dict[str, float] = {}
        self._status = Status(title, console=console)

    def __enter__(self) -> "Progress":
        """Show the status line."""
        if self._console.is_terminal:
            self._status.start()
        else:
            self._console.print(self._title, highlight=False)
        return self

    def __exit__(self, *_: object) -> None:
        """Take it away."""
        self._status.stop()

    def __call__(self, event: EngineEvent) -> None:
        """Handle one event."""
        if event.resource_pre_event and event.resource_pre_event.metadata.op in _DONE:
            self._started[event.resource_pre_event.metadata.urn] = time.monotonic()
            self._show()
        elif event.res_outputs_event and event.res_outputs_event.metadata.op in _DONE:
            metadata = event.res_outputs_event.metadata
            self._finish(metadata.urn, "[green]✓[/]", _DONE[OpType(metadata.op)])
        elif event.res_op_failed_event:
            self._finish(event.res_op_failed_event.metadata.urn, "[red]✗[/]", "failed")
        elif event.diagnostic_event:
            self._note(event.diagnostic_event.severity, event.diagnostic_event.message)
        elif event.summary_event:
            self.changes = {str(op): count for op, count in event.summary_event.resource_changes.items()}

    def _finish(self, urn: str, mark: str, what: str) -> None:
        began = self._started.pop(urn, None)
        took = f"{time.monotonic() - began:5.1f} s" if began is not None else ""
        kind, name = urn.split("::")[-2].split(":")[-1].lower(), urn.split("::")[-1]
        if kind != "pulumi" and "Stack" not in urn.split("::")[-2]:
            self._console.print(f"  {mark} {name} [dim]({kind})[/] {what} {took}", highlight=False)
        self._show()

    def _show(self) -> None:
        names = sorted(urn.split("::")[-1] for urn in self._started)
        self._status.update(f"{self._title} {', '.join(names[:4])}")

    def _note(self, severity: str, message: str) -> None:
        text = message.strip()
        kept = self.errors if severity == "error" else self.notes
        if text and text != "update failed" and severity in ("error", "warning", "info") and text not in kept:
            kept.append(text)
