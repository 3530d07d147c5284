package org.tocsin;

import org.springframework.boot.autoconfigure.SpringBootApplication;

/** The application. Spring finds its beans below this package; {@code org.tocsin.cli} holds the commands. */
@SpringBootApplication
public class Tocsin {}
