// For the parameter files, in which no function can be declared.

@export()
@description('Takes the value of an environment variable, or what stands for one that is empty or not set.')
func either(value string, otherwise string) string => empty(value) ? otherwise : value

@export()
@description('Splits at commas; nothing becomes no item.')
func list(value string) string[] => empty(value) ? [] : split(value, ',')
