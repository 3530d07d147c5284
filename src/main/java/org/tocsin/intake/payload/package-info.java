/** How devices write what they measured: bytes become JSON documents that the pointers of a mapping pick from. */
@org.jspecify.annotations.NullMarked
package org.tocsin.intake.payload;
