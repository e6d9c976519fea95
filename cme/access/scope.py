"""The scope of a person: which roles, for which schools and authorities. Every query takes one first."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from cme.access.roles import ABOUT_A_CHILD, COPIED, POLICY, SCHOOL_ROLES, Permission, Role, Sight


@dataclass(frozen=True, slots=True)
class Grant:
    """One role, held at one school or, for roles of the authority, for the whole authority.

    Raises ValueError when the role and the place do not fit: a school role without a school would reach
    every school of the authority.
    """

    role: Role
    authority_id: int
    school_id: int | None = None

    def __post_init__(self) -> None:
        label = POLICY[self.role].label
        if self.role in SCHOOL_ROLES and self.school_id is None:
            raise ValueError(f"{label} is a role at a school. Name the school.")
        if self.role not in SCHOOL_ROLES and self.school_id is not None:
            raise ValueError(f"{label} is a role of the local authority. Leave the school out.")

    def covers(self, *, authority_id: int | None, school_id: int | None) -> bool:
        """Whether the grant reaches a place. A school without its authority is covered by name only."""
        if authority_id is not None and authority_id != self.authority_id:
            return False
        if school_id is not None:
            return self.school_id == school_id or (self.school_id is None and authority_id is not None)
        return authority_id is None or self.school_id is None


@dataclass(frozen=True, slots=True)
class Reach:
    """Where a permission applies.

    For a permission about a child: every child of `authorities` and `schools`, and, in `referred_in` and
    `removals_in`, only the children who were referred there or whose removal is proposed there; of
    `homes_in` those who live there and were referred elsewhere, which only reading reaches. A query that
    knows only the first two shows too little, never too much.
    """

    authorities: frozenset[int] = frozenset()
    schools: frozenset[int] = frozenset()
    referred_in: frozenset[int] = frozenset()
    removals_in: frozenset[int] = frozenset()
    homes_in: frozenset[int] = frozenset()

    def __bool__(self) -> bool:
        return any((self.authorities, self.schools, self.referred_in, self.removals_in, self.homes_in))


@dataclass(frozen=True, slots=True)
class Scope:
    """Who asks, and with which grants. `user_id` is None for the command line and for nobody."""

    user_id: int | None
    name: str
    grants: frozenset[Grant]

    @classmethod
    def nobody(cls) -> Self:
        """The scope of a request without a sign-in: it may do and see nothing."""
        return cls(None, "", frozenset())

    @classmethod
    def for_operator(cls, authority_ids: Iterable[int]) -> Self:
        """The scope of the command line on the server, over the authorities of its database."""
        return cls(None, "command line", frozenset(Grant(Role.OPERATOR, each) for each in authority_ids))

    @property
    def roles(self) -> frozenset[Role]:
        """Every role held anywhere."""
        return frozenset(grant.role for grant in self.grants)

    @property
    def role_label(self) -> str:
        """The roles in words, in the order of the policy table; '' for nobody."""
        return ", ".join(policy.label for role, policy in POLICY.items() if role in self.roles)

    def may(
        self, permission: Permission, *, authority_id: int | None = None, school_id: int | None = None
    ) -> bool:
        """Whether any grant holds the permission and covers the place; without a place, anywhere.

        This judges the place only. Which children a role reaches there is for `reach` and the query.
        """
        return permission in self.permissions_at(authority_id=authority_id, school_id=school_id)

    def permissions_at(
        self, *, authority_id: int | None = None, school_id: int | None = None
    ) -> frozenset[Permission]:
        """Every permission held at a place: what `decide` and `allowed_actions` are asked with."""
        return frozenset[Permission]().union(
            *(
                POLICY[grant.role].permissions
                for grant in self.grants
                if grant.covers(authority_id=authority_id, school_id=school_id)
            )
        )

    def permissions_on_child(
        self,
        *,
        authority_id: int,
        school_id: int,
        is_referred: bool,
        is_removal: bool,
        home_authority_id: int | None = None,
    ) -> frozenset[Permission]:
        """Every permission held about one child, by grants that cover the place and whose role sees it.

        A role that sees only referred children brings nothing to a case that was not referred, whatever
        else the same person is. A CME officer of `home_authority_id`, where the child lives, reads the copy
        of a referred case and never acts on it.
        """
        sights = {Sight.SCHOOL: True, Sight.AUTHORITY: True, Sight.REFERRED: is_referred}
        sights[Sight.REMOVALS] = is_removal
        is_copied = is_referred and Grant(Role.CME_OFFICER, home_authority_id or 0) in self.grants
        return (COPIED if is_copied else frozenset[Permission]()).union(
            *(
                POLICY[grant.role].permissions
                for grant in self.grants
                if grant.covers(authority_id=authority_id, school_id=school_id)
                and sights.get(POLICY[grant.role].sight, False)
            )
        )

    def reach(self, permission: Permission) -> Reach:
        """Where the grants holding the permission apply: whole authorities, single schools, and sights."""
        holding = [grant for grant in self.grants if permission in POLICY[grant.role].permissions]
        schools = frozenset(grant.school_id for grant in holding if grant.school_id is not None)
        whole = [grant for grant in holding if grant.school_id is None]
        if permission not in ABOUT_A_CHILD:
            return Reach(frozenset(grant.authority_id for grant in whole), schools)

        def seen_with(sight: Sight) -> frozenset[int]:
            return frozenset(grant.authority_id for grant in whole if POLICY[grant.role].sight is sight)

        return Reach(
            authorities=seen_with(Sight.AUTHORITY),
            schools=schools,
            referred_in=seen_with(Sight.REFERRED),
            removals_in=seen_with(Sight.REMOVALS),
            homes_in=frozenset(
                grant.authority_id
                for grant in whole
                if grant.role is Role.CME_OFFICER and permission in COPIED
            ),
        )
