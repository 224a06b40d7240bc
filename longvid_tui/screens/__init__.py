"""The screens: the storyboard at home, and what is asked, edited and chosen on top of it."""
