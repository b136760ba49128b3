lab.value["accuracy"], lab.widget.losses.size
