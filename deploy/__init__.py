"""What it takes to run larum beside other people's software: files they read, and the code that makes some of them."""
