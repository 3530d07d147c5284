/**
 * What is said: templates by name and language, an alert frozen into them, and its form on each channel. Everything
 * here is pure; only {@link org.tocsin.message.Templates#load} reads files.
 */
@NullMarked
package org.tocsin.message;

import org.jspecify.annotations.NullMarked;
