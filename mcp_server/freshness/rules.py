"""How the engine behaves: every number that it decides by."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EngineRules:
    """All spans are in seconds.

    Attributes:
        reserve: Refreshes of the month that no agent may spend.
        concurrency: Accounts that one call checks at the same time.
        least_wait: What a call may take for its checks and the POST, however short its wait.
        start_patience: The same for a bare refresh, which has no wait of its own.
        progress: Between two signs of life of a waiting call.
        lease: After which another process takes a job over that nobody tends any more.
        store_poll: Between two looks at a job that another process works on.
        poll_first: Before the first look at a refresh of unknown duration.
        poll_growth: By which each pause is longer than the one before.
        poll_longest: Longest pause between two looks, jitter apart.
        longest_asked: Longest pause that the upstream may ask for; an absurd one would make a job
            endless, and nobody could refresh its account again.
        jitter: By which share a pause is made longer or shorter, so that processes drift apart.
        give_up_after: After which an accepted refresh without newer data has failed.
        most_polls: Bounds the looks at one job, should the clock not move on.
        plan_valid: After which a refresh that was decided and never sent is dropped.
        uncertain_for: After which a refresh whose outcome nobody knows is given up.
        most_posts: Bounds how often one decision is sent, always with the same key.
        usual_duration: Of a refresh, as long as nothing was learned.
        longest_check_after: Longest time that an agent is asked to stay away.
    """

    reserve: int = 0
    concurrency: int = 8
    least_wait: float = 3.0
    start_patience: float = 20.0
    progress: float = 5.0
    lease: float = 30.0
    store_poll: float = 1.0
    poll_first: float = 3.0
    poll_growth: float = 1.5
    poll_longest: float = 60.0
    longest_asked: float = 3_600.0
    jitter: float = 0.2
    give_up_after: float = 7_200.0
    most_polls: int = 400
    plan_valid: float = 600.0
    uncertain_for: float = 900.0
    most_posts: int = 3
    usual_duration: float = 45.0
    longest_check_after: float = 600.0
