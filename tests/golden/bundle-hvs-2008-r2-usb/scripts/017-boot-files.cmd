@echo off
rem Step 17 of 20: bootmgr and its store (BCD) on the stick, from the image in the VHD.
bcdboot R:\windows /s Y:
if not "%errorlevel%"=="0" exit /b %errorlevel%
