struct texts_of_one_byte {
	char m1[1][1];
} variable __attribute__((used, section(".data")));
