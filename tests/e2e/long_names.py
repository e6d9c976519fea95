"""A casebook of children with the longest names."""

from collections.abc import Sequence

from cme.services.registers import approval, uploads
from tests.integration.web.casebook import EVERY_GATE, Casebook
from tests.people import Place, World

NAME_LENGTH = 60
BARRELS = "Featherstonehaugh-Cholmondeley-Wriothesley-Marjoribanks"


def lengthened(name: str) -> str:
    """A name like this one, "Surname, Forename", in which each part is as long as it can be."""
    return ", ".join(f"{part}-{BARRELS}"[:NAME_LENGTH] for part in name.split(", "))


class LongNames(Casebook):
    """A casebook of children with the longest names."""

    def __init__(self, world: World, place: Place | None = None) -> None:
        super().__init__(world, place)
        self.on_roll: list[str] = []
        self._names = map(self._lengthen, self._names)

    def new_name(self) -> str:
        """The name of the next child, "Surname, Forename"."""
        return next(self._names)

    def absent_named(self, name: str, codes: Sequence[str]) -> str:
        """A child of this name with codes a day up to the last; the reference of the case."""
        return self._absent(name, codes)

    def receive(self, content: bytes) -> int:
        """An upload that waits."""
        with self.world.app.app_context():
            return uploads.receive(self.dsl, self.place.laestab, [("register.csv", content)], at=self.at)

    def upload_id(self, content: bytes, *, approve: bool) -> int:
        """An upload that was approved, or else cancelled."""
        upload = self.receive(content)
        with self.world.app.app_context():
            if approve:
                approval.approve(self.dsl, upload, at=self.at, confirmed=EVERY_GATE)
            else:
                uploads.cancel(self.dsl, upload, at=self.at)
        return upload

    def _lengthen(self, name: str) -> str:
        self.on_roll.append(lengthened(name))
        return self.on_roll[-1]
