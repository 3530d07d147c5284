package org.tocsin.intake;

/** One submission, read and checked, on its way to its commit. */
record Item(Submission submission, Trigger trigger) {}
