"""Lives at random: as many, and of as many steps, as `LIVES` and `STEPS_EACH` in the environment say."""

import os

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

LIVES = int(os.environ.get("LIVES", "3"))
STEPS_EACH = int(os.environ.get("STEPS_EACH", "30"))
PHASES = [Phase.generate, *([Phase.shrink] if "SHRINK" in os.environ else [])]
"""A failing life is shown as it was; `SHRINK=1` looks for a shorter one, which takes minutes."""


def live_at_random(machine: type[RuleBasedStateMachine]) -> None:
    """Raises what a rule or an invariant of `machine` raises, with the steps that led there."""
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=LIVES,
            stateful_step_count=STEPS_EACH,
            deadline=None,
            phases=PHASES,
            suppress_health_check=list(HealthCheck),
        ),
    )
