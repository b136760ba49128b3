from bunsen_widget import Lab

lab = Lab("model=lenet5&data=digits&seed=7", edit="lr")
lab
