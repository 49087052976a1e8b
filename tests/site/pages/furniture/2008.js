// In 2008 a page was not a page without one.
function today() {
  var now = new Date();
  return now.getDate() + "." + (now.getMonth() + 1) + "." + now.getFullYear();
}
window.onload = function () { window.status = "Skerry News, " + today(); };
