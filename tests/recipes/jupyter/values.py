lab.value["accuracy"], lab.losses.min()
