"""Every server and every service is killed once while executions run: nothing is lost, nothing happens twice."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest

from tests.local_stack import LocalStack, eventually

pytestmark = pytest.mark.timeout(300)

KILLED = ("database", "cache", "messages", "vectors", "embeddings", "gateway", "orchestrator", "tools", "knowledge")
RECOVERY_S = 90
KEYS = 4
QUESTIONS = 12
REFUSALS = (409, 429, 502, 503, 504)
DOCUMENT = "# Backups\n\nBackups of the database run every night at two.\n\n# Restores\n\nA restore takes an hour."


@dataclass
class Callers:
    """Ask questions, eight at a time; a refused request is repeated with the same Idempotency-Key."""

    url: str
    keys: list[str]
    agent: str
    accepted: list[UUID] = field(default_factory=list)
    unexpected: list[str] = field(default_factory=list)
    pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(8))

    def ask(self, questions: int) -> None:
        """Returns at once."""
        for number in range(questions):
            self.pool.submit(self._ask, self.keys[number % len(self.keys)], uuid4().hex)

    def _ask(self, key: str, idempotency: str) -> None:
        headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": idempotency}
        body = {"agent_id": self.agent, "input": "When do backups of the database run?"}
        with httpx.Client(base_url=self.url, timeout=10, headers=headers) as client:
            eventually(lambda: self._answered(client, body), RECOVERY_S, "a request is accepted")

    def _answered(self, client: httpx.Client, body: dict[str, str]) -> bool:
        try:
            answer = client.post("/v1/executions", json=body)
        except httpx.TransportError:
            return False
        if answer.status_code == 202:
            self.accepted.append(UUID(answer.json()["id"]))
        elif answer.status_code not in REFUSALS:
            self.unexpected.append(f"{answer.status_code} {answer.text[:300]}")
            return True
        return answer.status_code == 202


def test_all_executions_complete_exactly_once_while_everything_is_killed(
    shared_stack: LocalStack, gateway: httpx.Client, gateway_url: str
) -> None:
    gateway.post("/v1/documents", json={"title": "Backups", "text": DOCUMENT}).raise_for_status()
    agent = gateway.post("/v1/agents", json={"name": f"faults-{uuid4().hex[:8]}"}).raise_for_status().json()["id"]
    new = {"name": "faults", "scopes": ["read", "write"]}
    keys = [gateway.post("/v1/keys", json=new).raise_for_status().json()["key"] for _ in range(KEYS)]
    callers = Callers(gateway_url, keys, agent)
    for component in KILLED:
        callers.ask(QUESTIONS)
        eventually(lambda: count(shared_stack, UNFINISHED, agent) > 0, RECOVERY_S, "executions are under way")
        shared_stack.kill(component)
        eventually(lambda: shared_stack.status()["healthy"], RECOVERY_S, f"all are ready after {component} was killed")
    callers.pool.shutdown()

    assert callers.unexpected == []
    asked = QUESTIONS * len(KILLED)
    assert len(set(callers.accepted)) == asked, "an Idempotency-Key made two executions, or a request was lost"
    eventually(lambda: count(shared_stack, UNFINISHED, agent) == 0, RECOVERY_S, "all executions end")
    for query in (STORED, COMPLETED, COMPLETED_ONCE):
        assert count(shared_stack, query, agent) == asked, query
    assert shared_stack.status()["healthy"] is True


UNFINISHED = "SELECT count(*) FROM ejecuciones WHERE agente_id = $1 AND estado IN ('queued', 'running')"
STORED = "SELECT count(*) FROM ejecuciones WHERE agente_id = $1"
COMPLETED = "SELECT count(*) FROM ejecuciones WHERE agente_id = $1 AND estado = 'completed'"
COMPLETED_ONCE = """
SELECT count(*) FROM (
    SELECT v.ejecucion_id FROM eventos_ejecucion v JOIN ejecuciones e ON e.id = v.ejecucion_id
    WHERE e.agente_id = $1 AND v.tipo = 'completed' GROUP BY v.ejecucion_id HAVING count(*) = 1
) una
"""


def count(stack: LocalStack, query: str, agent: str) -> int:
    """The count that the database's administrator, whom row security does not bind, gets for ``query``."""

    async def ask() -> int:
        connection = await asyncpg.connect(
            host="127.0.0.1", port=stack.ports["database"], user="postgres", database="framework_agentes_ia",
            password=(stack.home.secrets / "database-administrator").read_text(),
        )  # fmt: skip
        try:
            return int(await connection.fetchval(query, UUID(agent)))
        finally:
            await connection.close()

    return asyncio.run(ask())
