// A mark on the page's root, by which one sees in a replay that scripts were archived and run.
document.documentElement.dataset.read = "yes";
