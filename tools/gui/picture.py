# A picture of the screen: its pixels, and the words that tesseract reads in it.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import os
import re
import subprocess
from dataclasses import dataclass

ENLARGED = 3    # text of 10 points is too small for tesseract
TESSERACT = {"tesseract": "tesseract-ocr"}


@dataclass
class Word:
    """A word and its place: left, top, width and height in pixels of the picture, and the number of its line."""
    text: str
    left: int
    top: int
    width: int
    height: int
    line: tuple

    @property
    def middle(self):
        return self.left + self.width // 2, self.top + self.height // 2


class Picture:
    def __init__(self, width, height, pixels):
        self.width, self.height, self.pixels = width, height, pixels

    @classmethod
    def from_ppm(cls, data):
        head = re.match(rb"P6\s+(\d+)\s+(\d+)\s+255\s", data)
        return cls(int(head[1]), int(head[2]), data[head.end():])

    def ppm(self):
        return b"P6 %d %d 255\n" % (self.width, self.height) + self.pixels

    def crop(self, left, top, width, height):
        """A part; what is beyond the edges is left out."""
        width, height = min(width, self.width - left), min(height, self.height - top)
        rows = [self.pixels[3 * (y * self.width + left):3 * (y * self.width + left + width)] for y in range(top, top + height)]
        return Picture(width, height, b"".join(rows))

    def save(self, path, colours=96):
        """Write a PNG with a palette of this many colours."""
        subprocess.run(["convert", "ppm:-", "+dither", "-colors", str(colours), "-define", "png:compression-level=9", "-strip",
                        f"png8:{path}"], input=self.ppm(), check=True, timeout=60)

    def rows_of(self, colours, share=0.4, tolerance=1):
        """Which of the colours fills the rows, from the top: one name for each band of rows next to one another.

        colours: name to (red, green, blue), 0 to 255. A row has a colour if that share of its pixels does.
        """
        found = []
        for y in range(self.height):
            row = self.pixels[3 * y * self.width:3 * (y + 1) * self.width]
            counts = {}
            for x in range(0, len(row), 12):      # every fourth pixel is enough
                counts[row[x:x + 3]] = counts.get(row[x:x + 3], 0) + 1
            pixel, most = max(counts.items(), key=lambda item: item[1])
            name = None
            if most >= share * self.width / 4:
                name = next((name for name, colour in colours.items()
                             if all(abs(a - b) <= tolerance for a, b in zip(pixel, colour))), None)
            if name != (found[-1] if found else None):
                found.append(name)
        return [name for name in found if name]

    def words(self, languages="eng", layout=11):
        """The words in the picture as tesseract reads them, line by line; layout is its --psm."""
        enlarged = subprocess.run(["convert", "ppm:-", "-colorspace", "Gray", "-resize", f"{ENLARGED}00%", "pgm:-"],
                                  input=self.ppm(), capture_output=True, check=True, timeout=60).stdout
        done = subprocess.run(["tesseract", "stdin", "stdout", "-l", languages, "--psm", str(layout), "--dpi", "300", "tsv"],
                              input=enlarged, capture_output=True, check=True, timeout=60,
                              env={**os.environ, "OMP_THREAD_LIMIT": "1"})
        found = []
        for line in done.stdout.decode("utf-8", "replace").splitlines()[1:]:
            cells = line.split("\t")
            if len(cells) == 12 and cells[11].strip():
                left, top, width, height = (int(cell) // ENLARGED for cell in cells[6:10])
                found.append(Word(cells[11].strip(), left, top, width, height, tuple(cells[2:5])))
        return found

    def lines(self, languages="eng", layout=11):
        """The text of each line."""
        found = {}
        for word in self.words(languages, layout):
            found.setdefault(word.line, []).append(word.text)
        return [" ".join(words) for words in found.values()]

    def find(self, text, languages="eng", layout=11, whole=False):
        """The middle of a text of one or several words; None if it is not there.

        whole: the line must have no other words than these.
        """
        wanted = text.split()
        lines = {}
        for word in self.words(languages, layout):
            lines.setdefault(word.line, []).append(word)
        for words in lines.values():
            if whole:
                words = [word for word in words if re.search(r"\w", word.text)]
            for at in range(len(words) - len(wanted) + 1):
                run = words[at:at + len(wanted)]
                if [word.text for word in run] == wanted and not (whole and len(words) > len(wanted)):
                    return (run[0].left + run[-1].left + run[-1].width) // 2, run[0].middle[1]
        return None
