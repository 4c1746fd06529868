# Jackknife replicates of the schools of the `survey` package, post-stratified, with what it says of their variance.
suppressMessages(library(survey))
data(api)
folder <- commandArgs(trailingOnly = TRUE)[1]
schools <- svydesign(id = ~dnum, weights = ~pw, data = apiclus1)
left_out <- as.svrepdesign(schools, type = "JK1", mse = TRUE)
types <- data.frame(stype = c("E", "H", "M"), Freq = c(4421, 755, 1018))
stratified <- postStratify(left_out, ~stype, types)
replicates <- as.data.frame(weights(left_out, type = "analysis"))
names(replicates) <- paste0("r", seq_along(replicates))
write.csv(cbind(apiclus1[c("stype", "enroll", "pw")], replicates), file.path(folder, "schools.csv"), row.names = FALSE)
total <- svytotal(~enroll, stratified)
write.csv(data.frame(total = coef(total), error = SE(total)), file.path(folder, "total.csv"), row.names = FALSE)
