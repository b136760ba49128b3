import marimo as mo
from bunsen_widget import Lab

lab = mo.ui.anywidget(Lab("model=lenet5&data=digits&seed=7", edit="lr"))
lab
