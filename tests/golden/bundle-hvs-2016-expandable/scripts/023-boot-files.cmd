@echo off
rem Step 23 of 26: bootmgr and its store (BCD) on the stick, from the image in the VHD.
bcdboot R:\windows /s Y: /f BIOS /l de-DE
if not "%errorlevel%"=="0" exit /b %errorlevel%
