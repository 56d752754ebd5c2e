// Stands in a copy of a page, in a frame of the width that is asked about, and tells the frame's parent what a reader would see go wrong.
(() => {
  const SLACK = 1; // pixels: Chromium rounds the box of a glyph outwards
  const PHONE = 500;
  const READABLE = 9; // pixels
  const found = [];
  addEventListener('error', event => found.push('error: ' + (event.message || event.target.outerHTML)), true);

  const quoted = element => '"' + element.textContent.trim().slice(0, 60) + '"';

  function shared(a, b) {
    const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    return across > SLACK && down > SLACK;
  }

  function isCut(box, frame) {
    return box.left < frame.left - SLACK || box.right > frame.right + SLACK
      || box.top < frame.top - SLACK || box.bottom > frame.bottom + SLACK;
  }

  addEventListener('load', () => {
    const texts = [...document.querySelectorAll('svg text, h1, h2, p, dt, dd, th, td')]
      .filter(element => element.textContent.trim() !== '' && element.getClientRects().length > 0)
      .map(element => ({element, box: element.getBoundingClientRect(), svg: element.closest('svg')}))
      .sort((a, b) => a.box.left - b.box.left);
    texts.forEach((text, i) => {
      if (text.svg && isCut(text.box, text.svg.getBoundingClientRect())) found.push('cut off: ' + quoted(text.element));
      for (let j = i + 1; j < texts.length && texts[j].box.left < text.box.right; j++)
        if (shared(text.box, texts[j].box)) found.push('overlap: ' + quoted(text.element) + ' and ' + quoted(texts[j].element));
    });
    const phone = innerWidth < PHONE;
    for (const plot of document.querySelectorAll(phone ? '*' : '.plot'))
      if (!['visible', 'hidden', 'clip'].includes(getComputedStyle(plot).overflowX) && plot.scrollWidth > plot.clientWidth + SLACK
        || plot.matches('.plot') && plot.scrollWidth > plot.clientWidth + SLACK)
        found.push('scrolls: ' + quoted(plot.querySelector('svg title, svg text, td') ?? plot));
    for (const {element, box, svg} of texts) {
      if (phone && box.right > innerWidth + SLACK) found.push('beyond the edge: ' + quoted(element));
      const size = parseFloat(getComputedStyle(element).fontSize) * (svg ? Math.hypot(element.getScreenCTM().a, element.getScreenCTM().b) : 1);
      if (phone && size < READABLE) found.push('small: ' + quoted(element) + ', ' + size.toFixed(1) + ' pixels');
    }
    const width = document.documentElement.scrollWidth;
    if (width > innerWidth) found.push('too wide: ' + width + ' pixels');
    parent.postMessage({page: location.pathname.split('/').pop(), width: innerWidth, texts: texts.length, found}, '*');
  });
})();
