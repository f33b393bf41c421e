@echo off
rem Step 20 of 23: bootmgr and its store (BCD) on the stick, from the image in the VHD.
bcdboot R:\windows /s Y: /f BIOS
if not "%errorlevel%"=="0" exit /b %errorlevel%
