"""What a group says of its principles, which is about no one."""

from mutualaid.retention.terms import Keep, Part

PRINCIPLES: dict[str, tuple[Part, ...]] = {
    "principles.Principle": (Keep("id key texts look_again_on"),),
}
