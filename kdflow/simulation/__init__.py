"""A simulated world on the real house: years of work in minutes, with everything going wrong on a seed."""
