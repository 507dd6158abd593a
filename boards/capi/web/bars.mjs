// Scores of ten digits as bars.

/** Ten rows in a list; the function that comes back shows logits in them, or none. */
export function bars(list) {
  const rows = Array.from({ length: 10 }, (_, digit) => {
    const row = document.createElement("li");
    row.innerHTML = `<b>${digit}</b><span class="track"><span class="bar"></span></span><span class="share"></span>`;
    list.append(row);
    return row;
  });
  return (logits) => {
    const most = logits && Math.max(...logits);
    const parts = logits && Array.from(logits, (logit) => Math.exp(logit - most));
    const sum = parts?.reduce((a, b) => a + b);
    rows.forEach((row, digit) => {
      const share = logits ? parts[digit] / sum : 0;
      row.querySelector(".bar").style.width = `${100 * share}%`;
      row.querySelector(".share").textContent = logits ? `${(100 * share).toFixed(share < 0.0995 ? 1 : 0)} %` : "";
      row.classList.toggle("best", Boolean(logits) && logits[digit] === most);
      row.title = logits ? `score ${logits[digit].toFixed(2)}` : "";
      row.dataset.score = logits ? logits[digit] : "";
    });
  };
}
