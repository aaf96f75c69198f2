"""Contrast measured on the picture of a page, for the words that axe cannot say it of."""

from __future__ import annotations

import base64
from typing import Any

from playwright.sync_api import Page

_WORDS = """(targets) => targets.map(target => {
    const one = document.querySelector(target), style = getComputedStyle(one);
    const size = parseFloat(style.fontSize), bold = parseInt(style.fontWeight) >= 700;
    const range = document.createRange();
    range.selectNodeContents(one);
    const boxes = one.matches('select, input')
      ? [one.getBoundingClientRect()].map(b => new DOMRect(b.x + 4, b.y + 4, b.width - 44, b.height - 8))
      : [...range.getClientRects()];
    return {
      target, least: size >= 24 || (size >= 18.5 && bold) ? 3 : 4.5,
      colour: (one instanceof SVGElement ? style.fill : style.color).match(/[0-9.]+/g).slice(0, 3).map(Number),
      boxes: boxes.map(b => [b.x + scrollX, b.y + scrollY, b.width, b.height].map(Math.round))
        .filter(b => b[2] && b[3]),
    };
  }).filter(one => one.boxes.length)"""

_BARE = "* { color: transparent !important } svg text { fill: transparent !important }"
"""Takes the words away and leaves what is behind them."""

_MEASURED = """async ({picture, words}) => {
    const image = new Image();
    image.src = 'data:image/png;base64,' + picture;
    await image.decode();
    const canvas = new OffscreenCanvas(image.width, image.height).getContext('2d', {willReadFrequently: true});
    canvas.drawImage(image, 0, 0);
    const light = (rgb) => {
      const [r, g, b] = rgb.map(one => one / 255)
        .map(one => one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4);
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ratio = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    return words.map(({target, least, colour, boxes}) => {
      const seen = new Map();
      let all = 0;
      for (const [x, y, width, height] of boxes) {
        const pixels = new Uint32Array(canvas.getImageData(x, y, width, height).data.buffer);
        for (const one of pixels) seen.set(one, (seen.get(one) || 0) + 1);
        all += pixels.length;
      }
      const grounds = [...seen].filter(([, count]) => count >= all / 20)
        .map(([pixel]) => [pixel & 255, (pixel >> 8) & 255, (pixel >> 16) & 255]);
      const worst = Math.min(...grounds.map(ground => ratio(light(ground), light(colour))));
      return {target, worst, isFine: worst >= least};
    });
  }"""


def measured(page: Page, targets: list[str]) -> list[dict[str, Any]]:
    """The worst contrast of words, such as those that axe is unsure of, with any ground that makes up a twentieth
    of what is behind them; open the page without its policy."""
    words = page.evaluate(_WORDS, targets)
    if not words:
        return []
    page.add_style_tag(content=_BARE)
    picture = base64.b64encode(page.screenshot(full_page=True)).decode()
    found: list[dict[str, Any]] = page.evaluate(_MEASURED, {"picture": picture, "words": words})
    return found
