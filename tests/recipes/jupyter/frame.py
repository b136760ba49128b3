from IPython.display import IFrame

IFrame("https://example.org/bunsen/v/0.1.0/embed.html?edit=lr&until=200#model=lenet5&data=digits&seed=7", "100%", 360)
