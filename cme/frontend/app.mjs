import { createAll, initAll } from "./govuk-frontend.min.js";
import { FilterToggleButton, SortableTable } from "./moj-frontend.min.js";

initAll();
createAll(SortableTable);
createAll(FilterToggleButton, {
  startHidden: false,
  toggleButton: { showText: "Show filters", hideText: "Hide filters", classes: "govuk-button--secondary" },
  toggleButtonContainer: { selector: ".cme-filter-toggle" },
});
