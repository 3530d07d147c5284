package org.tocsin.intake.alerts;

import org.tocsin.intake.Submission;
import org.tocsin.intake.Trigger;

/** One submission, read and checked, on its way to its commit. */
public record Item(Submission submission, Trigger trigger) {}
