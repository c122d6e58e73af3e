"""How loops are compiled: once for the types told, kept on disk, without holding the interpreter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Protocol, TypeVar, cast

import numba
from numba import types
from numba.extending import intrinsic

Item = TypeVar("Item")
Function = TypeVar("Function", bound=Callable[..., Any])


def _read(item: Any) -> Any:
    """What is only read may be an Arrow buffer, or an array that can be written."""
    return types.Array(item, 1, "C", readonly=True)


OUT_INTS: Final = types.Array(types.int32, 1, "C")
OUT_FLOATS: Final = types.Array(types.float64, 1, "C")
BYTES: Final = _read(types.uint8)
SMALLS: Final = _read(types.int8)
INTS: Final = _read(types.int32)
LONGS: Final = _read(types.int64)
HASHES: Final = _read(types.uint64)
BOOLS: Final = _read(types.bool_)
SINGLES: Final = _read(types.float32)
FLOATS: Final = _read(types.float64)
LONG, HASH, FLAG, REAL, SINGLE = types.int64, types.uint64, types.bool_, types.float64, types.float32


def jit(*signatures: Any) -> Callable[[Function], Function]:
    """Compiles a function for these types of arguments, each a tuple."""

    def wrapped(function: Function) -> Function:
        told = [tuple(signature) for signature in signatures]
        try:
            return cast("Function", numba.njit(told, nogil=True, cache=True, error_model="numpy")(function))
        except RuntimeError:  # no folder to keep it in can be written
            return cast("Function", numba.njit(told, nogil=True, error_model="numpy")(function))

    return wrapped


def inlined(function: Function) -> Function:
    """For a function that only compiled ones call: it is compiled with each of them."""
    return cast("Function", numba.njit(nogil=True, error_model="numpy")(function))


@intrinsic
def _pointer(_typing: Any, array: Any) -> Any:
    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return context.make_array(signature.args[0])(context, builder, arguments[0]).data

    return types.CPointer(array.dtype)(array), code  # type: ignore[no-untyped-call]


class _Pointer(Protocol):
    def __call__(self, array: Item, /) -> Item: ...


# In compiled code: an array as functions called for every item should get it. An array itself is passed in
# seven parts and counted by its users, which takes several times as long as what they do with it.
pointer = cast("_Pointer", _pointer)
