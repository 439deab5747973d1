/**
 * Lets a file be dropped on the field around a file input, and names what was chosen.
 *
 *   <div class="drop" data-drop>
 *     <label for="id_file">Bestand</label> <input type="file" id="id_file" name="file">
 *     <output></output>
 *   </div>
 *
 * Without this script the input works as any file input does.
 */

const size = new Intl.NumberFormat("nl-NL", { maximumFractionDigits: 1 });

/** "37 kB" or "1,4 MB". */
function inWords(bytes) {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${size.format(bytes / 1e6)} MB`;
}

function enhance(zone) {
  const input = zone.querySelector("input[type=file]");
  const output = zone.querySelector("output");
  const name = () => {
    const [file] = input.files;
    output.textContent = file ? `Gekozen: ${file.name} (${inWords(file.size)})` : "";
  };
  input.addEventListener("change", name);
  zone.addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.classList.add("over");
  });
  zone.addEventListener("dragleave", () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    if (event.dataTransfer.files.length === 1) {
      input.files = event.dataTransfer.files;
      name();
    } else {
      output.textContent = "Kies één bestand tegelijk.";
    }
  });
}

for (const zone of document.querySelectorAll("[data-drop]")) enhance(zone);
