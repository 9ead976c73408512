"""Start the tested kernels as a reader's kernel starts."""

import os

import nbval.plugin

os.environ["TQDM_DISABLE"] = "1"  # as in refresh.py: a progress bar never compares equal


class ReaderKernel(nbval.plugin.RunningKernel):
    """A kernel that does not know that it is tested.

    ipykernel leaves what C libraries print uncaptured while PYTEST_CURRENT_TEST is set, so what
    such a library writes would be stored by refresh.py and never seen by the test.
    """

    def __init__(self, *args, **kwargs):
        current = os.environ.pop("PYTEST_CURRENT_TEST", None)
        try:
            super().__init__(*args, **kwargs)
        finally:
            if current is not None:
                os.environ["PYTEST_CURRENT_TEST"] = current


nbval.plugin.RunningKernel = ReaderKernel
