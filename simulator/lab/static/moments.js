// Plays a moment of a call where its link stands; without this file the link opens the sound.

const sound = new Audio();
let playing = null;

function stop() {
  sound.pause();
  if (playing) playing.classList.remove("playing");
  playing = null;
}
sound.addEventListener("ended", stop);

document.addEventListener("click", async (event) => {
  const link = event.target.closest("a.clip");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const again = link === playing;
  stop();
  if (again) return;
  playing = link;
  link.classList.add("playing");
  sound.src = link.href;
  try {
    await sound.play();
  } catch {
    if (playing === link) stop();
  }
});
