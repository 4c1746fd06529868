# The calibration examples of the `survey` package: its data and what it makes of them, as CSV files.
suppressMessages(library(survey))
data(api)
folder <- commandArgs(trailingOnly = TRUE)[1]
schools <- svydesign(id = ~dnum, weights = ~pw, data = apiclus1, fpc = ~fpc)
types <- c(`(Intercept)` = 6194, stypeH = 755, stypeM = 1018)
both <- c(types, api99 = 3914069)
made <- list(
  linear_types = calibrate(schools, ~stype, types, epsilon = 1e-12),
  linear = calibrate(schools, ~stype + api99, both, epsilon = 1e-12),
  bounded = calibrate(schools, ~stype + api99, both, bounds = c(0.6, 1.6), epsilon = 1e-12, maxit = 500),
  raking = calibrate(schools, ~stype + api99, both, calfun = "raking", epsilon = 1e-12, maxit = 500),
  logit = calibrate(schools, ~stype + api99, both, calfun = "logit", bounds = c(0.7, 1.7), epsilon = 1e-12, maxit = 500)
)
margins <- list(data.frame(stype = c("E", "H", "M"), Freq = c(4421, 755, 1018)), data.frame(sch.wide = c("No", "Yes"), Freq = c(1072, 5122)))
made$raked <- rake(schools, list(~stype, ~sch.wide), margins, control = list(maxit = 500, epsilon = 1e-9))
write.csv(apiclus1[c("stype", "sch.wide", "api99", "api00", "enroll", "pw")], file.path(folder, "schools.csv"), row.names = FALSE)
write.csv(data.frame(lapply(made, weights)), file.path(folder, "weights.csv"), row.names = FALSE)
