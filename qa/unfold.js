// The head of a source: what of it is cut short is read whole by a press, on a phone too.

// What it covers of the text; on a low screen it does not stay.
function headHeight() {
  const head = body.querySelector('.tl-head');
  return (head && getComputedStyle(head).position === 'sticky' ? head.offsetHeight : 0) + 24;
}

// A head that is not cut short has nothing to unfold.
function fold() {
  const unfold = body.querySelector('.tl-unfold');
  if (!unfold || unfold.getAttribute('aria-expanded') === 'true') return;
  unfold.hidden = ![...body.querySelectorAll('.tl-head :is(.tl-headline, .tl-about, .tl-link a)')]
    .some((part) => part.scrollHeight > part.clientHeight + 1 || part.scrollWidth > part.clientWidth + 1);
}

acts.unfold = () => {
  const unfold = body.querySelector('.tl-unfold');
  const isOpen = unfold.getAttribute('aria-expanded') !== 'true';
  unfold.setAttribute('aria-expanded', isOpen);
  body.querySelector('.tl-head').classList.toggle('tl-unfolded', isOpen);
};
body.addEventListener('click', (event) => {
  if (event.target.closest('.tl-headline') && !body.querySelector('.tl-unfold').hidden && getSelection().isCollapsed) acts.unfold();
});
new ResizeObserver(fold).observe(body);
new MutationObserver(fold).observe(root, {attributeFilter: ['data-language']});
