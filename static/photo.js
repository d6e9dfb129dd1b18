/* Shows which part of a photo stays before it is sent, and sends a large one smaller, so that a phone in a field need not
   send ten megabytes. The form works without it; what a browser cannot read is sent as it is. */
(() => {
  const chooser = document.querySelector("[data-photo]"), canvas = document.querySelector("[data-cut]");
  if (!chooser || !canvas || !window.createImageBitmap) return;
  const form = chooser.form, most = 2000;
  let bitmap = null;

  const draw = () => {
    if (!bitmap) return;
    const side = Math.min(bitmap.width, bitmap.height);
    const at = { first: 0, middle: 0.5, last: 1 }[form.elements.focus.value] ?? 0.5;
    canvas.getContext("2d").drawImage(
      bitmap, (bitmap.width - side) * at, (bitmap.height - side) * at, side, side, 0, 0, canvas.width, canvas.height);
    canvas.hidden = false;
  };

  const smaller = (file) => new Promise((resolve) => {
    const part = most / Math.max(bitmap.width, bitmap.height);
    if (part >= 1 && file.size < 2e6) return resolve(null);
    const sheet = document.createElement("canvas");
    sheet.width = Math.round(bitmap.width * Math.min(part, 1));
    sheet.height = Math.round(bitmap.height * Math.min(part, 1));
    const pen = sheet.getContext("2d");
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, sheet.width, sheet.height);
    pen.drawImage(bitmap, 0, 0, sheet.width, sheet.height);
    sheet.toBlob(resolve, "image/jpeg", 0.9);
  });

  chooser.addEventListener("change", async () => {
    const file = chooser.files[0];
    bitmap = null;
    canvas.hidden = true;
    if (!file) return;
    try { bitmap = await createImageBitmap(file, { imageOrientation: "from-image" }); } catch { return; }
    if (chooser.files[0] !== file) return;
    draw();
    const blob = await smaller(file);
    if (!blob || blob.size >= file.size || chooser.files[0] !== file) return;
    const carrier = new DataTransfer();
    carrier.items.add(new File([blob], "photo.jpg", { type: "image/jpeg" }));
    chooser.files = carrier.files;
  });
  form.addEventListener("change", (event) => { if (event.target.name === "focus") draw(); });
})();
