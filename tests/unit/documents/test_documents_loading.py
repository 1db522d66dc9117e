"""What the renderer costs a process that does not draw, and one that draws a lot at once."""

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from despacho_documents import DocumentRenderer
from despacho_ports.carriers import LabelFormat
from despacho_ports.documents import LabelForm

HEAVY = ("reportlab", "pypdf", "PIL")
SCRIPT = f"""
import sys
from despacho_documents import DocumentRenderer
DocumentRenderer()
print([name for name in {HEAVY} if name in sys.modules])
"""


def test_importing_it_loads_no_drawing_library() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_many_threads_may_draw_at_once(renderer: DocumentRenderer, label_form: Callable[..., LabelForm]) -> None:
    forms = [label_form(barcode=f"{number:012}", order_number=number) for number in range(24)]
    alone = [renderer.label(form, LabelFormat.PDF) for form in forms]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda form: renderer.label(form, LabelFormat.PDF), forms))
    assert together == alone


def test_a_fresh_process_with_many_threads_registers_the_typeface_once() -> None:
    script = """
from concurrent.futures import ThreadPoolExecutor
from despacho_documents import fonts
with ThreadPoolExecutor(8) as pool:
    faces = list(pool.map(lambda _: fonts.typeface(), range(32)))
print(len({id(face) for face in faces}))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "1"
