"""The assistant measured on a set of questions with known answers. It asks through the same path as everybody else."""
