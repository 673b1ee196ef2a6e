"""What each YAML file of a book may say, as pydantic models; unknown keys are findings."""
