"""The small networks of the zoo as modules of PyTorch, by family, with torchvision's names of parameters."""
