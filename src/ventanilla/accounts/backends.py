"""The administration asks Django's permissions; they too come from the one table (accounts.rules)."""

from typing import Any

from django.contrib.auth.backends import BaseBackend

from ventanilla.accounts import queries
from ventanilla.accounts.rules import Right


class RoleBackend(BaseBackend):
    """Whoever may configure a body has every permission of the administration, and nobody else any: which rows she
    reaches is the scope's business."""

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        return Right.CONFIGURE in queries.rights_anywhere(user_obj)

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        return Right.CONFIGURE in queries.rights_anywhere(user_obj)
